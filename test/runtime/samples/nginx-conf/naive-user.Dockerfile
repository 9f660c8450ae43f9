FROM nginx:1.22
COPY nginx.conf /etc/nginx/nginx.conf
EXPOSE 80
USER 101
