FROM nginx:1.22
COPY site /usr/share/nginx/html
EXPOSE 80
USER nginx
